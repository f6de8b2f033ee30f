"""PostgreSQL: what is visible. The only package that knows psycopg."""
