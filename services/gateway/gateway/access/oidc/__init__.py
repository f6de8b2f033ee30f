"""Identity by tokens of an OIDC provider: JSON Web Tokens that it signed."""
