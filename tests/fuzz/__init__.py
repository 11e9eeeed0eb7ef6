"""Kill fuzz: processes that die at random moments."""
