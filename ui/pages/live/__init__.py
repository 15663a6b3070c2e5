"""The camera picture, who is in it, and enrolling them."""
