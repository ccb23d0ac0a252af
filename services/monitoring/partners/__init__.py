"""What monitoring reaches outside its own walls: mail, the receivers of webhooks, and the state of the other rooms."""
