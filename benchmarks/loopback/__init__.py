"""What bench_gateway.py needs around a gateway: an upstream, clients, and the processes they run in."""
