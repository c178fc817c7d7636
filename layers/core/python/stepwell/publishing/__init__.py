"""What people do with workflows: drafts, checks, publishing, versions, control, audiences, moves. Pure over ports."""
