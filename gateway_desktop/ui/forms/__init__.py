"""Forms: fields in, checked values out."""
