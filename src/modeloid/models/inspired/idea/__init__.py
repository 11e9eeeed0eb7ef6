"""What an idea of eight bars is: an encoder that listens to harmony, rhythm and contour, and how it learns."""
