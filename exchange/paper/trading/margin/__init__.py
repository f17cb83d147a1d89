"""Trading with borrowed money: positions, what they demand, and how they are taken away."""
