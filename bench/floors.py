"""The floors of intake: what the same rows cost when pgbench writes them, with nothing of ours in between.

Both scripts write the rows of one melding with two people: the same tables, indexes, constraints and sizes. The
first takes the steps of the room one by one in a transaction; the second does all of it in one statement.
"""

# What a person of the bench weighs sealed, and its story.
_PERSOON = "decode(repeat('ab', 230), 'hex')"
_STORY = "decode(repeat('cd', 1100), 'hex')"
_MELDER = "decode(repeat('ef', 150), 'hex')"
_KEY = "substring(uuid_send(gen_random_uuid()) for 16)"
_HASH = "decode(repeat('ab', 32), 'hex')"
_ACTIVITY = "'https://ketenradar.example/verwerkingen/melding-ontvangen/v1'"
_AUDIT = """INSERT INTO audit (id, tijdstip, duur_ms, actie, object_soort, object_id, betrokkenen, resultaat, actor,
        rol, organisatie_id, client, herkomst, doel, verwerking, trace_id, span_id, mac)"""

_WRITE = f"""
WITH nr AS (SELECT gen_random_uuid() AS id, gen_random_uuid() AS casus_id, gen_random_uuid() AS event_id,
                   gen_random_uuid() AS p1, gen_random_uuid() AS p2,
                   {_KEY} AS k1, {_KEY} AS k2, {_KEY} AS k3, {_KEY} AS k4),
doel AS (
    INSERT INTO casus (id, status, aangemaakt_op, aantal_meldingen, aantal_personen)
    SELECT casus_id, 'open', now(), 1, 2 FROM nr RETURNING id),
nieuw AS (
    INSERT INTO melding (id, kenmerk, casus_id, status, ontvangen_op, veiligheidsbeoordeling_uiterlijk, gemeente_code,
        melder_categorie, melder_soort, dubbel_anoniem, hermelding, waarschuwingen, organisatie_id,
        inhoud, melder, gegevens)
    SELECT nr.id, 'M-2026-' || nextval('melding_kenmerk'), doel.id, 'ontvangen', now(), now(), '0599',
        'justitie-en-veiligheid', 'professional', false, false, '[]', 'politie', {_KEY}, {_MELDER}, {_STORY}
    FROM nr, doel RETURNING id),
mensen AS (
    INSERT INTO persoon (id, melding_id, nr, rol, gegevens)
    SELECT p, nieuw.id, n, 'slachtoffer', {_PERSOON} FROM nieuw, nr, LATERAL (VALUES (p1, 1), (p2, 2)) AS v(p, n)),
sleutels AS (
    INSERT INTO persoon_sleutel (persoon_id, soort, sleutel, koppelt)
    SELECT p, s, k, true
    FROM nr, LATERAL (VALUES (p1, 'a', k1), (p1, 'b', k2), (p2, 'a', k3), (p2, 'b', k4)) AS v(p, s, k)),
teller AS (
    INSERT INTO volgnummer AS v (casus_id, laatste) SELECT casus_id, 1 FROM nr
    ON CONFLICT (casus_id) DO UPDATE SET laatste = v.laatste + 1 RETURNING casus_id, laatste),
verteld AS (
    INSERT INTO outbox (event_id, soort, casus_id, volgnummer, tijdstip, data, traceparent)
    SELECT event_id, 'nl.ketenradar.melding-ontvangen.v1', casus_id, laatste, now(),
        jsonb_build_object('meldingId', nr.id, 'x', repeat('y', 400)), repeat('z', 55)
    FROM nr JOIN teller USING (casus_id)),
sleutel_van_de_casus AS (
    INSERT INTO sleutel (id, eigenaar_id, hoofdsleutel, gewikkeld)
    SELECT gen_random_uuid(), casus_id, 'k1', decode(repeat('ab', 60), 'hex') FROM nr)"""

ONE_STATEMENT = f"""{_WRITE},
antwoord AS (
    INSERT INTO idempotentie (client, route, sleutel, inhoud, status, antwoord, aangemaakt_op)
    SELECT 'politie', 'POST /v1/meldingen', id::text, {_KEY}, 201, {_MELDER}, now() FROM nr),
regel AS (
    {_AUDIT} SELECT gen_random_uuid(), now(), 5, 'melding-ontvangen', 'melding', id, ARRAY[p1, p2], 'gelukt', 'politie',
           'ketenpartner', 'politie', 'politie', '127.0.0.1', 'melden', {_ACTIVITY}, repeat('t', 32), repeat('s', 16),
           {_HASH} FROM nr RETURNING id)
INSERT INTO audit_wachtrij SELECT id FROM regel;
"""

SAME_STEPS = f"""\\set k random(1, 9000000000000)
BEGIN;
SELECT set_config('keten.rol', 'ontvangst', true), set_config('keten.organisatie', 'politie', true),
    set_config('keten.gemeenten', '', true), set_config('keten.nood', '', true);
INSERT INTO idempotentie (client, route, sleutel, inhoud, aangemaakt_op)
VALUES ('politie', 'POST /v1/meldingen', gen_random_uuid()::text, {_KEY}, now()) ON CONFLICT DO NOTHING;
SELECT count(pg_advisory_xact_lock(s.n))
    FROM (SELECT n FROM unnest(ARRAY[:k::bigint, :k::bigint + 1, :k::bigint + 2, :k::bigint + 3]) AS u(n)
          ORDER BY n OFFSET 0) s;
SELECT c.id FROM persoon_sleutel s JOIN persoon p ON p.id = s.persoon_id
    JOIN melding m ON m.id = p.melding_id
    JOIN casus c ON c.id = m.casus_id
    WHERE s.koppelt AND s.sleutel = ANY(ARRAY[int8send(:k::bigint), int8send(:k::bigint + 1)]);
{_WRITE} SELECT 1;
UPDATE idempotentie SET status = 201, antwoord = {_MELDER} WHERE client = 'politie' AND route = 'x' AND sleutel = 'y';
WITH regel AS (
    {_AUDIT} VALUES (gen_random_uuid(), now(), 5, 'melding-ontvangen', 'melding', gen_random_uuid(), '{{}}', 'gelukt',
        'politie', 'ketenpartner', 'politie', 'politie', '127.0.0.1', 'melden', {_ACTIVITY}, repeat('t', 32),
        repeat('s', 16), {_HASH}) RETURNING id)
INSERT INTO audit_wachtrij SELECT id FROM regel;
COMMIT;
"""
