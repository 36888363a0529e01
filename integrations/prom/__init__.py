"""Prom.ua: cabinets on one marketplace, asked by a token."""
