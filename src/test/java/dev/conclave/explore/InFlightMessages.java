package dev.conclave.explore;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The letters in flight. They have no order; each lies in a slot, which is reused when the letter is gone. */
final class InFlightMessages {

    private @Nullable InFlight[] letters;
    private int[] free;
    private int freeCount;
    private int used;

    InFlightMessages() {
        letters = new InFlight[8];
        free = new int[8];
    }

    InFlightMessages(InFlightMessages other) {
        letters = other.letters.clone();
        free = other.free.clone();
        freeCount = other.freeCount;
        used = other.used;
    }

    /** Slots in which letters may lie; some are empty. */
    int slots() {
        return used;
    }

    @Nullable
    InFlight inFlight(int slot) {
        return letters[slot];
    }

    InFlight at(int slot) {
        InFlight inFlight = letters[slot];
        if (inFlight == null) {
            throw new IllegalStateException("no letter in slot " + slot);
        }
        return inFlight;
    }

    int inFlight() {
        return used - freeCount;
    }

    int put(InFlight inFlight) {
        int slot;
        if (freeCount > 0) {
            slot = free[--freeCount];
        } else {
            if (used == letters.length) {
                letters = Arrays.copyOf(letters, 2 * used);
                free = Arrays.copyOf(free, 2 * used);
            }
            slot = used++;
        }
        letters[slot] = inFlight;
        return slot;
    }

    void remove(int slot) {
        letters[slot] = null;
        free[freeCount++] = slot;
    }

    /** The slot of the letter that a choice means; -1 if there is none. */
    int find(Choice choice) {
        int left = choice.nth();
        for (int slot = 0; slot < used; slot++) {
            InFlight inFlight = letters[slot];
            if (inFlight != null && inFlight.matches(choice) && left-- == 0) {
                return slot;
            }
        }
        return -1;
    }

    /** The choice that names the letter in the slot. */
    Choice naming(Choice.What what, int slot, long draw) {
        InFlight inFlight = at(slot);
        Choice probe = new Choice(what, inFlight.to(), inFlight.from(), inFlight.term(), inFlight.kind(), 0, draw);
        int nth = 0;
        for (int before = 0; before < slot; before++) {
            InFlight other = letters[before];
            if (other != null && other.matches(probe)) {
                nth++;
            }
        }
        return nth == 0
                ? probe
                : new Choice(what, inFlight.to(), inFlight.from(), probe.number(), probe.kind(), nth, draw);
    }

    /** Whether an equal letter lies in an earlier slot: then its choices are the same. */
    boolean hasTwin(int slot) {
        for (int before = 0; before < slot; before++) {
            InFlight other = letters[before];
            if (other != null && other.equals(letters[slot])) {
                return true;
            }
        }
        return false;
    }

    /** Removes the letters that cannot arrive any more: those for a life that is over. */
    void forgetDead(World world) {
        for (int slot = 0; slot < used; slot++) {
            InFlight inFlight = letters[slot];
            if (inFlight != null
                    && inFlight.toLife() != 0
                    && (world.isDown(inFlight.to()) || world.life(inFlight.to()) != inFlight.toLife())) {
                remove(slot);
            }
        }
    }

    /** Of equal hellos one is left: a second changes nothing. */
    void mergeHellos() {
        for (int slot = 0; slot < used; slot++) {
            if (letters[slot] instanceof InFlight.Greeting && hasTwin(slot)) {
                remove(slot);
            }
        }
    }

    /** Hellos from and to the peer are lost. */
    void forgetHellos(int peer) {
        for (int slot = 0; slot < used; slot++) {
            if (letters[slot] instanceof InFlight.Greeting hello && (hello.from() == peer || hello.to() == peer)) {
                remove(slot);
            }
        }
    }

    int notes() {
        int notes = 0;
        for (int slot = 0; slot < used; slot++) {
            notes += letters[slot] instanceof InFlight.Note ? 1 : 0;
        }
        return notes;
    }

    /** Loses letters between peers until so many are left: always the same ones, whatever the slots that they lie in. */
    void loseAbove(World world, int most) {
        for (int left = notes(); left > most; left--) {
            int lost = -1;
            long highest = 0;
            for (int slot = 0; slot < used; slot++) {
                InFlight inFlight = letters[slot];
                if (inFlight instanceof InFlight.Note) {
                    long hash = Fingerprint.inFlight(world, inFlight);
                    if (lost < 0 || hash > highest) {
                        lost = slot;
                        highest = hash;
                    }
                }
            }
            remove(lost);
        }
    }

    long fingerprint(World world) {
        long sum = 0;
        for (int slot = 0; slot < used; slot++) {
            InFlight inFlight = letters[slot];
            if (inFlight != null) {
                sum += Fingerprint.inFlight(world, inFlight);
            }
        }
        return sum;
    }
}
