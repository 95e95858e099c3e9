"""What PHP, the language of the first RaspiSMS, makes of dates, letters and comparisons."""
