// An identity provider that is not ours (npm oidc-provider): one client with private_key_jwt, access tokens as JWT.
// What it must be (name, port, keys, claims) comes in as JSON on standard input; it says READY when it listens.
import { readFileSync } from "node:fs";
import Provider from "oidc-provider";

const told = JSON.parse(readFileSync(0, "utf8"));

const provider = new Provider(told.issuer, {
  clients: [
    {
      client_id: told.client,
      token_endpoint_auth_method: "private_key_jwt",
      token_endpoint_auth_signing_alg: "PS256",
      id_token_signed_response_alg: "PS256",
      grant_types: ["client_credentials"],
      response_types: [],
      redirect_uris: [],
      jwks: { keys: [told.clientKey] },
      scope: told.scope,
    },
  ],
  jwks: { keys: [told.signingKey] },
  scopes: told.scope.split(" "),
  enabledJWA: { clientAuthSigningAlgValues: ["PS256"] },
  ttl: { ClientCredentials: 300 },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => "urn:ketenradar:kamers",
      getResourceServerInfo: () => ({
        scope: told.scope,
        audience: told.audience,
        accessTokenFormat: "jwt",
        jwt: { sign: { alg: "PS256" } },
      }),
    },
  },
  extraTokenClaims: () => told.claims,
});

provider.listen(told.port, "127.0.0.1", () => console.log("READY"));
