"""What office packages have in common: properties, drawings, charts, pictures, embedded files, macros."""
