"""Enrolling by the ways there are: guided at a camera, from photos, from folders of persons."""
