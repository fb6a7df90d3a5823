# Varnish 7 in front of the api with SHARED_CACHE=purge, purged by the edge-purger. Needs the modules xkey and var of
# varnish-modules; without them use without-vmods.vcl. See docs/shared-caches.md.
vcl 4.1;

import std;
import var;
import xkey;

backend api {
    .host = "api";
    .port = "3000";
    .connect_timeout = 1s;
    .first_byte_timeout = 30s;
    .between_bytes_timeout = 60s;
}

# Who may purge. Narrow it to the addresses of the edge-purger where others share the network.
acl purgers {
    "127.0.0.0"/8;
    "::1";
    "10.0.0.0"/8;
    "172.16.0.0"/12;
    "192.168.0.0"/16;
    "fc00::"/7;
}

sub vcl_recv {
    if (req.method == "PURGE") {
        if (client.ip !~ purgers) {
            return (synth(403, "Forbidden"));
        }
        if (req.http.Surrogate-Key !~ "^(predictions|match:[A-Za-z0-9][A-Za-z0-9_-]{0,63})$") {
            return (synth(400, "Surrogate-Key must be predictions or match:<id>"));
        }
        # Before the purge: what is being fetched meanwhile is either refused below, or stored already and purged here.
        if (req.http.Touchline-Match-Version ~ "^[0-9]{1,15}$") {
            var.global_set(req.http.Surrogate-Key, req.http.Touchline-Match-Version);
        }
        set req.http.X-Purged = xkey.softpurge(req.http.Surrogate-Key);
        return (synth(200, "Purged " + req.http.X-Purged));
    }
    if (req.method != "GET" && req.method != "HEAD") {
        return (pass);
    }
    if (req.url !~ "^/v1/matches/[A-Za-z0-9_-]+/predictions(\?|$)") {
        return (pass);
    }
    # Directives of a reader are the api's to honour: no-cache waits for a fresh answer.
    if (req.http.Cache-Control || req.http.Pragma) {
        return (pass);
    }
    unset req.http.Cookie;
    unset req.http.Authorization;
    return (hash);
}

sub vcl_backend_response {
    # An answer past its end is a lie here, also while a new one is fetched.
    set beresp.grace = 0s;
    if (bereq.uncacheable) {
        return (deliver);
    }
    set beresp.http.X-Match = regsub(bereq.url, "^/v1/matches/([A-Za-z0-9_-]+)/predictions.*$", "match:\1");
    # Asked of Cache-Control alone: after a 304 the other fields may be those of the answer that was kept.
    # An answer that has seen less than the last purge of its match left the api before that purge.
    if (beresp.status != 200 || beresp.http.Cache-Control !~ "s-maxage=[1-9]"
        || std.integer(beresp.http.Touchline-Match-Version, 0) < std.integer(var.global_get(beresp.http.X-Match), 0)) {
        unset beresp.http.X-Match;
        # Readers who wait for it ask by themselves for the next second, instead of one after the other.
        set beresp.uncacheable = true;
        set beresp.ttl = 1s;
        return (deliver);
    }
    unset beresp.http.X-Match;
    set beresp.http.xkey = beresp.http.Surrogate-Key;
    # For a conditional request: a 304 renews what was purged or has ended.
    set beresp.keep = 60s;
    return (deliver);
}

sub vcl_deliver {
    # Nothing behind this cache is purged, so nothing behind it may keep a price.
    if (resp.http.Cache-Control ~ "s-maxage=") {
        if (resp.http.Cache-Control ~ "max-age=60, s-maxage") {
            set resp.http.Cache-Control = "private, max-age=60";
        } else {
            set resp.http.Cache-Control = "private, no-cache";
        }
    }
    unset resp.http.xkey;
    unset resp.http.Cache-Tag;
    unset resp.http.Surrogate-Control;
    unset resp.http.Surrogate-Key;
    unset resp.http.Via;
    unset resp.http.X-Varnish;
}
