"""Teaching: what pictures are compared by, and how the file that says so is made."""
