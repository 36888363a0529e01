"""Nova Poshta: a carrier."""
