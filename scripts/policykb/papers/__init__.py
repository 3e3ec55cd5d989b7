"""Papers to go on working with: a list for publication, a plan of the funds, a letter to each subject, and guides."""
