"""Settings, addresses, navigation, the command line, processes: the only place that knows every room."""
