"""For the tests of export methods, of this package and of others. Needs pytest."""
