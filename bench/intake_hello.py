"""Serves the bare page of `bench/hello.py` as `survey serve` serves ours."""

import argparse

from survey.serving import server

if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("--port", type=int)
    asked.add_argument("--workers", type=int)
    wanted = asked.parse_args()
    server.WORKER = "bench.hello"
    server.run_server(host="127.0.0.1", port=wanted.port, workers=wanted.workers)
