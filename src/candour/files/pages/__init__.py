"""Fixed pages and pictures: PDF, JPEG, PNG, TIFF, HEIC."""
