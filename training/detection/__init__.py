"""What a face detector learns from: labelled pictures, labels by other detectors, scenes, and what each place is to say."""
