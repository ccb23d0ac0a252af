"""The tijdelijk huisverbod: screening, imposing, advice, extension, end."""
