"""What Veilig Thuis asks others during an assessment or a dienst, and what they answer."""
