"""Opening: the public window: home, entry page, downloads; later plans, applications, demands, objections, the CKAN surface."""
