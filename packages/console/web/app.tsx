import { signal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { ConnectionNote } from "./parts/connection-note.tsx";
import { MatchPage } from "./pages/match.tsx";
import { Overview } from "./pages/overview.tsx";
import { QueuesPage } from "./pages/queues.tsx";
import { WhatIfPage } from "./pages/what-if.tsx";
import { watchHealth } from "./state/health.ts";
import { addressOf, type Place } from "./state/place.ts";
import { place } from "./state/router.ts";

type Scheme = "auto" | "light" | "dark";
const scheme = signal<Scheme>(savedScheme());

/** The page around the pages: where one can go, and whether what is shown is live. */
export function App() {
  const main = useRef<HTMLElement>(null);
  const shown = useRef<Place | undefined>(undefined);
  useEffect(() => void watchHealth(), []);
  useSignalEffect(() => {
    document.documentElement.dataset["scheme"] = scheme.value;
  });
  useSignalEffect(() => {
    const at = place.value;
    document.title = `${titleOf(at)} · Touchline`;
    // A screen reader announces the new page; the browser itself announces the first.
    if (shown.current) main.current?.focus();
    shown.current = at;
  });
  const at = place.value;
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to content
      </button>
      <header class="top">
        <a class="brand" href={addressOf.overview}>
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <path d="M6 8h20M6 24h20M16 8v16" />
            <circle cx="16" cy="16" r="4.5" />
          </svg>
          Touchline
        </a>
        <nav aria-label="Pages">
          <NavLink to={addressOf.overview} current={at.page === "overview" || at.page === "match"}>
            Matches
          </NavLink>
          <NavLink to={addressOf.whatIf()} current={at.page === "what-if"}>
            What if
          </NavLink>
          <NavLink to={addressOf.queues} current={at.page === "queues"}>
            Queues
          </NavLink>
          <a href="docs">Reference</a>
        </nav>
        <ConnectionNote />
        <SchemeChoice />
      </header>
      <main ref={main} tabIndex={-1} id="main">
        {pageOf(at)}
      </main>
    </>
  );
}

function pageOf(at: Place) {
  switch (at.page) {
    case "match":
      // Another match is another page: its feed ends and a new one begins.
      return <MatchPage key={at.matchId} matchId={at.matchId} />;
    case "what-if":
      return <WhatIfPage key={at.matchId ?? ""} matchId={at.matchId} />;
    case "queues":
      return <QueuesPage />;
    case "overview":
      return <Overview />;
  }
}

function titleOf(at: Place): string {
  if (at.page === "match") return at.matchId;
  return { overview: "Matches", queues: "Queues", "what-if": "What if" }[at.page];
}

function NavLink({
  to,
  current,
  children,
}: {
  readonly to: string;
  readonly current: boolean;
  readonly children: string;
}) {
  return (
    <a href={to} aria-current={current ? "page" : undefined}>
      {children}
    </a>
  );
}

function SchemeChoice() {
  const next: Scheme = scheme.value === "auto" ? "dark" : scheme.value === "dark" ? "light" : "auto";
  return (
    <button
      type="button"
      class="scheme"
      title={`Colours: ${scheme.value}. Change to ${next}.`}
      aria-label={`Colours: ${scheme.value}. Change to ${next}.`}
      onClick={() => {
        scheme.value = next;
        localStorage.setItem("touchline-scheme", next);
      }}
    >
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <circle cx="10" cy="10" r="7.2" />
        <path d="M10 2.8a7.2 7.2 0 0 1 0 14.4z" />
      </svg>
    </button>
  );
}

function savedScheme(): Scheme {
  const saved = localStorage.getItem("touchline-scheme");
  return saved === "light" || saved === "dark" ? saved : "auto";
}
