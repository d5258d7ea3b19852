"""Making the demo's head: a large network teaches what this backbone's features mean."""
