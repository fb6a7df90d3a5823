/**
 * Names of the same team in other sources, to the name the results files use. From the 2017/18 timelines, which carry
 * both; names that agree are left out.
 */
export const TEAM_ALIASES: Readonly<Record<string, string>> = {
  "AFC Bournemouth": "Bournemouth",
  "Brighton & Hove Albion": "Brighton",
  "Huddersfield Town": "Huddersfield",
  "Leicester City": "Leicester",
  "Manchester City": "Man City",
  "Manchester United": "Man United",
  "Newcastle United": "Newcastle",
  "Stoke City": "Stoke",
  "Swansea City": "Swansea",
  "Tottenham Hotspur": "Tottenham",
  "West Bromwich Albion": "West Brom",
  "West Ham United": "West Ham",
  "Athletic Club": "Ath Bilbao",
  "Atlético Madrid": "Ath Madrid",
  "Celta de Vigo": "Celta",
  "Deportivo Alavés": "Alaves",
  "Deportivo La Coruña": "La Coruna",
  Espanyol: "Espanol",
  Leganés: "Leganes",
  Málaga: "Malaga",
  "Real Betis": "Betis",
  "Real Sociedad": "Sociedad",
  "Bayer Leverkusen": "Leverkusen",
  "Bayern München": "Bayern Munich",
  "Borussia Dortmund": "Dortmund",
  "Borussia M'gladbach": "M'gladbach",
  "Eintracht Frankfurt": "Ein Frankfurt",
  "Hamburger SV": "Hamburg",
  "Hannover 96": "Hannover",
  "Hertha BSC": "Hertha",
  Köln: "FC Koln",
  "Mainz 05": "Mainz",
};

/** The results files' name of a team; the name itself when no alias is known. */
export function resultsName(name: string): string {
  return Object.hasOwn(TEAM_ALIASES, name) ? TEAM_ALIASES[name]! : name;
}
