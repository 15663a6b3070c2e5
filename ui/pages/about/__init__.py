"""What the program is made of, and whether all is well."""
