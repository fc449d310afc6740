"""HTTP: routes, the gate before them, problems, stored answers, the pages behind mail links."""
