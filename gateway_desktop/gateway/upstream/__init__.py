"""The upstreams' side: calls, their headers and bodies, and the cards of agents."""
