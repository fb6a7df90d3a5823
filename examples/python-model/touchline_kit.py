"""A model server for Touchline: Python's standard library alone, in one file.

    from touchline_kit import Model

    model = Model("manifest.json")

    @model.predict
    def predict(market, facts, clock):
        return {"yes": 0.4, "no": 0.6}

    model.serve(port=8080)

`facts` notes what is looked at, so that every answer says which facts each market was computed from. A fact that the
manifest does not declare is then added to what the market reads, and nobody has to find it by hand.
"""

import gzip
import json
import sys
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LARGEST_REQUEST_BYTES = 16 * 1024 * 1024
IDLE_SECONDS = 30


class Facts(Mapping):
    """The facts of one match. Notes the name of each fact that is looked at."""

    def __init__(self, values, shared):
        self._values = values
        self._shared = shared
        self.read = set()

    def __getitem__(self, name):
        self.read.add(name)
        if name not in self._values:
            raise KeyError(f"the request does not carry the fact {name}: declare it in the manifest")
        return self._values[name]

    # Whoever looks through all facts has looked at each of them.
    def __iter__(self):
        self.read.update(self._values)
        return iter(self._values)

    def __len__(self):
        self.read.update(self._values)
        return len(self._values)

    def shared(self, key, compute):
        """`compute(facts)`, done once for each match and key. Each market that uses it has read what it looked at."""
        if key not in self._shared:
            noted = Facts(self._values, self._shared)
            self._shared[key] = (compute(noted), noted.read)
        result, read = self._shared[key]
        self.read |= read
        return result


class Model:
    """Answers Touchline's requests by one function, and says what its manifest says."""

    def __init__(self, manifest):
        if not isinstance(manifest, dict):
            with open(manifest, encoding="utf-8") as file:
                manifest = json.load(file)
        self.manifest = manifest
        self._predict = None

    def predict(self, function):
        """Decorator. `function(market, facts, clock)` returns the probability of each of `market["outcomes"]`, or
        `(probabilities, drift_seconds)`. Equal arguments must give equal results: no clock, no randomness, no memory."""
        self._predict = function
        return function

    def answer(self, request):
        """The answer to one request of Touchline, both as parsed JSON."""
        return {
            "format": "touchline-prediction-answer",
            "version": 1,
            "model": {key: self.manifest["model"][key] for key in ("name", "version")},
            "predictions": [self._answer_match(match) for match in request["requests"]],
        }

    def _answer_match(self, match):
        asked = {market["id"]: market for market in match["markets"]}
        blends = []
        for blend in match["blends"]:
            shared = {}
            markets = {}
            for market_id in blend["markets"]:
                facts = Facts(match["facts"], shared)
                market = {**asked[market_id], "blend": blend["blend"]}
                predicted = self._predict(market, facts, match["clock"])
                probabilities, drift = predicted if isinstance(predicted, tuple) else (predicted, None)
                markets[market_id] = {"probabilities": probabilities, "reads": sorted(facts.read)}
                if drift is not None:
                    markets[market_id]["driftSeconds"] = drift
            blends.append({"blend": blend["blend"], "markets": markets})
        return {"matchId": match["matchId"], "blends": blends}

    def start(self, port=0, host="127.0.0.1"):
        """Listens, in a thread of its own. Returns the server: `server_address` is where, `shutdown()` ends it."""
        server = _Server((host, port), _handler_of(self))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    def serve(self, port=8080, host="127.0.0.1"):
        """Listens until it is interrupted."""
        server = _Server((host, port), _handler_of(self))
        print(f"listening on http://{host}:{server.server_address[1]}/predict", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass
        finally:
            server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


def _handler_of(model):
    manifest = json.dumps(model.manifest).encode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # keeps connections open
        timeout = IDLE_SECONDS
        disable_nagle_algorithm = True

        def do_GET(self):
            if self.path.split("?")[0].endswith("/manifest"):
                self._send(200, manifest)
            else:
                self._send(404, b'{"error":"GET /manifest or POST /predict"}')

        def do_POST(self):
            length = int(self.headers.get("content-length") or 0)
            if length > LARGEST_REQUEST_BYTES:
                self.close_connection = True
                return self._send(413, b'{"error":"the request is too large"}')
            try:
                body = self.rfile.read(length)
                if self.headers.get("content-encoding") == "gzip":
                    body = gzip.decompress(body)
                request = json.loads(body)
                if request.get("format") != "touchline-prediction-request" or request.get("version") != 1:
                    raise ValueError("not a prediction request of version 1")
            except (ValueError, OSError, AttributeError) as error:
                return self._send(400, json.dumps({"error": str(error)}).encode())
            try:
                self._send(200, json.dumps(model.answer(request)).encode())
            except BrokenPipeError:
                raise
            except Exception as error:  # the log of the worker shows it
                print(f"prediction failed: {error!r}", file=sys.stderr, flush=True)
                self._send(500, json.dumps({"error": repr(error)}).encode())

        def _send(self, status, body):
            if len(body) > 1024 and "gzip" in self.headers.get("accept-encoding", ""):
                body, coding = gzip.compress(body, 1), "gzip"
            else:
                coding = None
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            if coding:
                self.send_header("content-encoding", coding)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments):
            pass

    return Handler
