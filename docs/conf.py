"""How Sphinx builds these pages."""

import lontar

project = "Lontar"
version = release = lontar.__version__
copyright = "the authors of Lontar, Apache-2.0"

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
nitpicky = True
exclude_patterns = ["_build"]

html_theme = "furo"
html_title = "Lontar"
html_copy_source = False
html_show_sphinx = False
html_theme_options = {"source_edit_link": ""}
