"""Office: the post and the calendar: outbox, runs and their progress, desk items; statutory clocks and notices come with the workflows."""
