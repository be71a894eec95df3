"""The Django project: settings, addresses, templates and the front end that the desk and the portal share."""
