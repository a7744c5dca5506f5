"""OAuth Proxy: where people sign in, how, with which applications, and who is signed in."""
