package dev.conclave.explore.world;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The messages in flight. They have no order; each lies in a slot, which is reused when the message is gone. */
public final class InFlightMessages {

    private @Nullable InFlight[] slots;
    private int[] free;
    private int freeCount;
    private int used;

    public InFlightMessages() {
        slots = new InFlight[8];
        free = new int[8];
    }

    public InFlightMessages(InFlightMessages other) {
        slots = other.slots.clone();
        free = other.free.clone();
        freeCount = other.freeCount;
        used = other.used;
    }

    /** Slots in which messages may lie; some are empty. */
    public int slots() {
        return used;
    }

    @Nullable
    public InFlight inFlight(int slot) {
        return slots[slot];
    }

    public InFlight at(int slot) {
        InFlight inFlight = slots[slot];
        if (inFlight == null) {
            throw new IllegalStateException("no message in slot " + slot);
        }
        return inFlight;
    }

    public int inFlight() {
        return used - freeCount;
    }

    public int put(InFlight inFlight) {
        int slot;
        if (freeCount > 0) {
            slot = free[--freeCount];
        } else {
            if (used == slots.length) {
                slots = Arrays.copyOf(slots, 2 * used);
                free = Arrays.copyOf(free, 2 * used);
            }
            slot = used++;
        }
        slots[slot] = inFlight;
        return slot;
    }

    public void remove(int slot) {
        slots[slot] = null;
        free[freeCount++] = slot;
    }

    /** The slot of the message that a choice means; -1 if there is none. */
    public int find(Choice choice) {
        int left = choice.nth();
        for (int slot = 0; slot < used; slot++) {
            InFlight inFlight = slots[slot];
            if (inFlight != null && inFlight.matches(choice) && left-- == 0) {
                return slot;
            }
        }
        return -1;
    }

    /** The choice that names the message in the slot. */
    public Choice naming(Choice.What what, int slot, long draw) {
        InFlight inFlight = at(slot);
        Choice probe = new Choice(what, inFlight.to(), inFlight.from(), inFlight.term(), inFlight.kind(), 0, draw);
        int nth = 0;
        for (int before = 0; before < slot; before++) {
            InFlight other = slots[before];
            if (other != null && other.matches(probe)) {
                nth++;
            }
        }
        return nth == 0
                ? probe
                : new Choice(what, inFlight.to(), inFlight.from(), probe.number(), probe.kind(), nth, draw);
    }

    /** Whether an equal message lies in an earlier slot: then its choices are the same. */
    public boolean hasTwin(int slot) {
        for (int before = 0; before < slot; before++) {
            InFlight other = slots[before];
            if (other != null && other.equals(slots[slot])) {
                return true;
            }
        }
        return false;
    }

    /** Removes the messages that cannot arrive any more: those for a life that is over. */
    public void forgetDead(World world) {
        for (int slot = 0; slot < used; slot++) {
            InFlight inFlight = slots[slot];
            if (inFlight != null && (world.isDown(inFlight.to()) || world.life(inFlight.to()) != inFlight.toLife())) {
                remove(slot);
            }
        }
    }

    /** Loses messages until so many are left: always the same ones, whatever the slots that they lie in. */
    public void loseAbove(World world, int most) {
        for (int left = inFlight(); left > most; left--) {
            int lost = -1;
            long highest = 0;
            for (int slot = 0; slot < used; slot++) {
                InFlight inFlight = slots[slot];
                if (inFlight != null) {
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

    public long fingerprint(World world) {
        long sum = 0;
        for (int slot = 0; slot < used; slot++) {
            InFlight inFlight = slots[slot];
            if (inFlight != null) {
                sum += Fingerprint.inFlight(world, inFlight);
            }
        }
        return sum;
    }
}
