"""Documents that say what their parts are: HTML and Markdown."""
