"""The forms of moments and days in the generated file, as Python and pandas write them."""

MOMENTS = ("%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M", "%d %B %Y, %H:%M", "%a %d.%m.%Y - %H:%M")
DAYS = ("%Y-%m-%d", "%d.%m.%Y", "%d %b %Y")
