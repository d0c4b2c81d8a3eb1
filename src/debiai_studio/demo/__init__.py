"""The demo: real flights, two honestly fitted models, and a receiver that shows what arrives."""
