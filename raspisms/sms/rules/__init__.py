"""The language of rules over contacts: text in, yes or no out."""
