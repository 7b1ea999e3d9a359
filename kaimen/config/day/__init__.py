"""`kaimen demo day`: thirty working days of the demo city, played through its public API as its people. The story is `demo/day.yaml`."""
