"""Requests to the Raad voor de Kinderbescherming and the kantonrechter, and consults with police, OM, raad and GI."""
