"""The pages for people. ``pages`` adds them to the application; commands need only a part."""
