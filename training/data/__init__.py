"""What training reads: faces, splits, augmentation, teachers' targets, samplers."""
