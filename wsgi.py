"""The application for any WSGI server: ``gunicorn wsgi:app``.

Run ``raspisms worker`` beside it: a web process alone sends and polls nothing.
"""

from raspisms import create_app

app = create_app()
