"""From a signed application to the portal without its holder: sealing it, and delivering it when the portal is back."""
