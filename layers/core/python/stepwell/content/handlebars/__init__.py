"""The Handlebars dialect: a compiler of our own onto closures, for no kept library passes Handlebars' own cases."""
