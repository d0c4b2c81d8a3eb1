"""What a view needs from the server: settings in, a plan of measures out."""
