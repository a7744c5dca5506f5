"""OAuth Providers: the services that say who people are, whom they may sign in, and into which groups."""
